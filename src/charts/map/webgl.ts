import {
  type IFrame,
  type IPointLayer,
  STYLE_BYTES,
  SLOT_CANVAS,
  SLOT_INK
} from './layer';

const VERTEX = `#version 300 es
layout(location = 0) in vec2 position;
layout(location = 1) in uvec4 look;
uniform vec2 centre;
uniform vec2 scale;
uniform float radius;
uniform float ratio;
uniform float opacity;
uniform int dims;
uniform sampler2D palette;
out vec4 colour;
out vec4 rim;
out vec3 radii;
flat out int triangle;

void main() {
  int weight = int(look.z);
  bool dim = weight == 1;
  if (weight == 0 || dim != (dims == 1)) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 0.0;
    return;
  }
  bool large = look.y == 2u;
  bool ring = look.y == 0u;
  triangle = look.y == 3u ? 1 : 0;
  float outer = (ring ? radius + 0.4 : large ? radius + 1.2 : triangle == 1 ? radius + 1.0 : radius + 0.15) * ratio;
  // A ring has a hole only where there is room for one.
  float inner = ring ? max(outer - 1.05 * ratio, 0.0) : 0.0;
  if (ring && inner < 0.6 * ratio) {
    inner = 0.0;
  }
  float edge = weight == 3 ? 1.1 * ratio : large ? 0.7 * ratio : 0.0;
  colour = texelFetch(palette, ivec2(int(look.x), 0), 0);
  colour.a *= opacity * (dim ? 0.5 : 1.0);
  rim = texelFetch(palette, ivec2(weight == 3 ? ${SLOT_INK} : ${SLOT_CANVAS}, 0), 0);
  radii = vec3(inner, outer, outer + edge);
  gl_Position = vec4((position - centre) * scale, 0.0, 1.0);
  gl_PointSize = 2.0 * (outer + edge) + 2.0;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec4 colour;
in vec4 rim;
in vec3 radii;
flat in int triangle;
out vec4 fragment;

void main() {
  vec2 at = (gl_PointCoord - 0.5) * (2.0 * radii.z + 2.0);
  // Of a triangle, how far its side through this place is from the middle, as if it were a circle.
  float d = triangle == 1 ? 2.0 * max(at.y, abs(at.x) * 0.866 - at.y * 0.5) : length(at);
  float disc = clamp(radii.y - d + 0.5, 0.0, 1.0);
  float hole = radii.x > 0.0 ? clamp(radii.x - d + 0.5, 0.0, 1.0) : 0.0;
  float body = (disc - hole) * colour.a;
  float edge = radii.z > radii.y ? clamp(radii.z - d + 0.5, 0.0, 1.0) - disc : 0.0;
  edge = max(edge, 0.0) * rim.a;
  float alpha = body + edge;
  if (alpha < 0.004) {
    discard;
  }
  fragment = vec4(colour.rgb * body + rim.rgb * edge, alpha);
}`;

interface IResources {
  readonly program: WebGLProgram;
  readonly array: WebGLVertexArrayObject;
  readonly positions: WebGLBuffer;
  readonly looks: WebGLBuffer;
  readonly order: WebGLBuffer;
  readonly palette: WebGLTexture;
  readonly uniforms: Record<Uniform, WebGLUniformLocation | null>;
}

const UNIFORMS = [
  'centre',
  'scale',
  'radius',
  'ratio',
  'opacity',
  'dims',
  'palette'
] as const;
type Uniform = (typeof UNIFORMS)[number];

/**
 * Points as WebGL2 point sprites: 8 bytes of position, 4 of look and 4 of order each.
 */
export class WebGLLayer implements IPointLayer {
  /** A layer on the canvas, or null where WebGL2 is missing. */
  static create(
    canvas: HTMLCanvasElement,
    onRestored: () => void
  ): WebGLLayer | null {
    const gl = canvas.getContext('webgl2', {
      alpha: true,
      antialias: false,
      depth: false,
      premultipliedAlpha: true,
      powerPreference: 'high-performance'
    });
    if (!gl || gl.isContextLost()) {
      return null;
    }
    const layer = new WebGLLayer(canvas, gl, onRestored);
    return layer._build() ? layer : null;
  }

  private constructor(
    canvas: HTMLCanvasElement,
    gl: WebGL2RenderingContext,
    onRestored: () => void
  ) {
    this._canvas = canvas;
    this._gl = gl;
    this._onRestored = onRestored;
    canvas.addEventListener('webglcontextlost', this._lost);
    canvas.addEventListener('webglcontextrestored', this._restored);
  }

  readonly kind = 'webgl';

  setPoints(x: Float32Array, y: Float32Array, order: Uint32Array): void {
    const positions = new Float32Array(2 * x.length);
    for (let i = 0; i < x.length; i++) {
      positions[2 * i] = x[i];
      positions[2 * i + 1] = y[i];
    }
    this._positions = positions;
    this._n = x.length;
    this._order = order;
    this._upload('positions', positions, this._gl.STATIC_DRAW);
    this._uploadOrder();
  }

  setStyle(style: Uint8Array): void {
    this._style = style;
    this._hasDim = false;
    for (let i = 2; i < style.length; i += STYLE_BYTES) {
      if (style[i] === 1) {
        this._hasDim = true;
        break;
      }
    }
    this._upload('looks', style, this._gl.DYNAMIC_DRAW);
  }

  setPalette(palette: Uint8Array): void {
    this._palette = palette;
    const gl = this._gl;
    if (!this._resources) {
      return;
    }
    gl.bindTexture(gl.TEXTURE_2D, this._resources.palette);
    gl.texImage2D(
      gl.TEXTURE_2D,
      0,
      gl.RGBA,
      256,
      1,
      0,
      gl.RGBA,
      gl.UNSIGNED_BYTE,
      palette
    );
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  draw({ camera, size, ratio, radius, opacity }: IFrame): void {
    const gl = this._gl;
    const resources = this._resources;
    if (!resources || gl.isContextLost()) {
      return;
    }
    gl.viewport(0, 0, this._canvas.width, this._canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this._n === 0 || this._style.length < STYLE_BYTES * this._n) {
      return;
    }
    const { uniforms } = resources;
    gl.useProgram(resources.program);
    gl.bindVertexArray(resources.array);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, resources.palette);
    gl.uniform1i(uniforms.palette, 0);
    gl.uniform2f(uniforms.centre, camera.x, camera.y);
    gl.uniform2f(
      uniforms.scale,
      (2 * camera.scale) / Math.max(size.width, 1),
      (2 * camera.scale) / Math.max(size.height, 1)
    );
    gl.uniform1f(uniforms.radius, radius);
    gl.uniform1f(uniforms.ratio, ratio);
    gl.uniform1f(uniforms.opacity, opacity);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    // What is not selected lies below what is.
    for (const dims of this._hasDim ? [1, 0] : [0]) {
      gl.uniform1i(uniforms.dims, dims);
      gl.drawElements(gl.POINTS, this._n, gl.UNSIGNED_INT, 0);
    }
    gl.bindVertexArray(null);
  }

  dispose(): void {
    this._canvas.removeEventListener('webglcontextlost', this._lost);
    this._canvas.removeEventListener('webglcontextrestored', this._restored);
    const gl = this._gl;
    if (this._resources) {
      gl.deleteBuffer(this._resources.positions);
      gl.deleteBuffer(this._resources.looks);
      gl.deleteBuffer(this._resources.order);
      gl.deleteTexture(this._resources.palette);
      gl.deleteVertexArray(this._resources.array);
      gl.deleteProgram(this._resources.program);
      this._resources = null;
    }
    // A browser keeps about sixteen contexts; do not wait for the collector.
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  private _build(): boolean {
    const gl = this._gl;
    const program = compile(gl);
    const array = gl.createVertexArray();
    const positions = gl.createBuffer();
    const looks = gl.createBuffer();
    const order = gl.createBuffer();
    const palette = gl.createTexture();
    if (!program || !array || !positions || !looks || !order || !palette) {
      return false;
    }
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, positions);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, looks);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribIPointer(1, STYLE_BYTES, gl.UNSIGNED_BYTE, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, order);
    gl.bindVertexArray(null);
    const uniforms = Object.fromEntries(
      UNIFORMS.map(name => [name, gl.getUniformLocation(program, name)])
    ) as Record<Uniform, WebGLUniformLocation | null>;
    this._resources = {
      program,
      array,
      positions,
      looks,
      order,
      palette,
      uniforms
    };
    return true;
  }

  private _upload(
    name: 'positions' | 'looks',
    data: Float32Array | Uint8Array,
    usage: number
  ): void {
    if (this._resources) {
      const gl = this._gl;
      gl.bindBuffer(gl.ARRAY_BUFFER, this._resources[name]);
      gl.bufferData(gl.ARRAY_BUFFER, data, usage);
    }
  }

  private _uploadOrder(): void {
    if (this._resources) {
      const gl = this._gl;
      // Which indices are drawn is part of the vertex array.
      gl.bindVertexArray(this._resources.array);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this._order, gl.STATIC_DRAW);
      gl.bindVertexArray(null);
    }
  }

  private readonly _lost = (event: Event): void => {
    // Says that the context is wanted back.
    event.preventDefault();
    this._resources = null;
  };

  private readonly _restored = (): void => {
    if (this._build()) {
      this._upload('positions', this._positions, this._gl.STATIC_DRAW);
      this._uploadOrder();
      this._upload('looks', this._style, this._gl.DYNAMIC_DRAW);
      this.setPalette(this._palette);
      this._onRestored();
    }
  };

  private readonly _canvas: HTMLCanvasElement;
  private readonly _gl: WebGL2RenderingContext;
  private readonly _onRestored: () => void;
  private _resources: IResources | null = null;
  private _positions = new Float32Array(0);
  private _order = new Uint32Array(0);
  private _style = new Uint8Array(0);
  private _palette = new Uint8Array(256 * 4);
  private _hasDim = false;
  private _n = 0;
}

function compile(gl: WebGL2RenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  if (!program) {
    return null;
  }
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT]
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) {
      return null;
    }
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    // Freed together with the program.
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}
