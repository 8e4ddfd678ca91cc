import { Text } from '@mantine/core';
import { Check, CircleAlert, CloudOff, GitMerge, Loader, Pencil } from 'lucide-react';
import type { SaveState } from '../drafts/draft-state';
import classes from './SaveStatus.module.css';

/** Where the text is: on the server, on its way there, or only in this browser. */
export function SaveStatus({ save }: { readonly save: SaveState }) {
  return (
    <Text component="span" size="xs" className={classes['status']} data-kind={save.kind} role="status">
      {content(save)}
    </Text>
  );
}

function content(save: SaveState) {
  switch (save.kind) {
    case 'untouched':
      return null;
    case 'dirty':
      return (
        <>
          <Pencil size={13} aria-hidden /> Not saved yet
        </>
      );
    case 'saving':
      return (
        <>
          <Loader size={13} aria-hidden /> Saving
        </>
      );
    case 'saved':
      return (
        <>
          <Check size={13} aria-hidden /> Draft saved at {timeOf(save.atMs)}
        </>
      );
    case 'offline':
      return (
        <>
          <CloudOff size={13} aria-hidden />
          {save.isKept
            ? 'Offline: kept in this browser'
            : 'Offline, and this browser has no room: copy your text'}
        </>
      );
    case 'conflict':
      return (
        <>
          <GitMerge size={13} aria-hidden /> Conflict: kept in this browser
        </>
      );
    case 'refused':
      return (
        <>
          <CircleAlert size={13} aria-hidden /> Not saved: kept in this browser
        </>
      );
  }
}

function timeOf(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, { timeStyle: 'short' });
}
