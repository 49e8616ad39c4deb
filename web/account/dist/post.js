(()=>{var e=document.querySelector("form[data-post]"),[t]=performance.getEntriesByType("navigation");e&&t?.type!=="back_forward"&&e.requestSubmit();})();
