// What can be scrolled can be reached by the keyboard, and nothing else.
function reach() {
  for (const e of document.querySelectorAll('article pre, .table-wrapper, .cell_output, .numbers, div.math, mjx-container[display]'))
    if (e.scrollWidth > e.clientWidth) e.tabIndex = 0
    else e.removeAttribute('tabindex')
}
window.addEventListener('load', () => Promise.resolve(window.MathJax?.startup?.promise).then(reach))
window.addEventListener('resize', reach)
document.addEventListener('toggle', reach, true)
