/** A component that is drawn again only when one of its properties is another (preact/compat would bring much more along). */
import { Component, type ComponentType, h } from 'preact';

export function memo<Props extends object>(Inner: ComponentType<Props>): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const keys = new Set([...Object.keys(this.props), ...Object.keys(next)]) as Set<keyof Props>;
      return [...keys].some((key) => this.props[key] !== next[key]);
    }
    override render() {
      return h(Inner, this.props as Props);
    }
  };
}
