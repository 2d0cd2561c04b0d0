// The bundle of Bootstrap Italia brings a video player that would write styles into the page.
window.VIDEOJS_NO_DYNAMIC_STYLE = true;
