import { type ReactNode, useId, useRef } from 'react';
import classes from './Flyout.module.css';

const GAP_PX = 4;
const MIN_WIDTH_PX = 220;

interface Props {
  readonly label: string;
  /** What the button shows. */
  readonly button: ReactNode;
  readonly buttonClassName?: string | undefined;
  /** Opens above the button instead of below. */
  readonly isAbove?: boolean;
  readonly children: (close: () => void) => ReactNode;
}

/**
 * What a button of the frame opens: a popover of the browser's own, which closes on Escape and on a click elsewhere. The
 * frame is in the first load, and a menu of the component library would be a seventh of it.
 */
export function Flyout({ label, button, buttonClassName, isAbove = false, children }: Props) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const place = () => {
    if (opener.current === null || panel.current === null) return;
    const { left, top, bottom, width } = opener.current.getBoundingClientRect();
    const { style } = panel.current;
    style.left = `${left}px`;
    style.minWidth = `${Math.max(width, MIN_WIDTH_PX)}px`;
    style.top = isAbove ? 'auto' : `${bottom + GAP_PX}px`;
    style.bottom = isAbove ? `${innerHeight - top + GAP_PX}px` : 'auto';
  };
  const close = () => panel.current?.hidePopover();
  return (
    <>
      <button ref={opener} type="button" popoverTarget={id} className={buttonClassName} aria-label={label}>
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        className={classes['panel']}
        onBeforeToggle={({ newState }) => {
          if (newState === 'open') place();
        }}
      >
        <Content close={close}>{children}</Content>
      </div>
    </>
  );
}

function Content({ close, children }: { readonly close: () => void; readonly children: Props['children'] }) {
  return children(close);
}
