/** Rectangles for jsdom, which has no layout. */
Object.assign(globalThis, {
  DOMRect: class {
    readonly right: number;
    readonly bottom: number;
    constructor(
      readonly left: number,
      readonly top: number
    ) {
      this.right = left;
      this.bottom = top;
    }
  }
});
export {};
