"""A phone's screen, and how far what is on it has moved since its page began to load."""

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}
SHIFTS = """() => new Promise(done => {
  let total = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => total += one.value))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(total), 200);
})"""
