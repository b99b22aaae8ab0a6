import { Icon, type IconName } from './icons.js';

interface Props {
  readonly control: string;
  readonly icon: IconName;
  /** What a press does, in full. */
  readonly label: string;
  readonly caption?: string;
  readonly shortcut?: string;
  /** For switches: whether it is on. */
  readonly pressed?: boolean;
  readonly tone?: 'plain' | 'off' | 'active' | 'danger';
  readonly disabled?: boolean;
  onPress(): void;
}

/** A round control with an icon; a caption below it where there is room. */
export function ToggleButton(props: Props) {
  const { control, icon, label, caption, shortcut, pressed, tone = 'plain', disabled = false } = props;
  return (
    <button
      type="button"
      class={`control control-${tone}`}
      data-control={control}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${label} (${shortcut})` : label}
      disabled={disabled}
      onClick={() => props.onPress()}
    >
      <span class="control-icon">
        <Icon name={icon} />
      </span>
      {caption && <span class="control-caption">{caption}</span>}
    </button>
  );
}
