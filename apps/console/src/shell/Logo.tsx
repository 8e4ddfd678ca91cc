import { Group, Text } from '@mantine/core';

export function Logo() {
  return (
    <Group gap={8} wrap="nowrap">
      <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="7" fill="var(--mantine-color-harbor-9)" />
        <circle cx="16" cy="16" r="9.5" fill="none" stroke="#fff" strokeOpacity=".55" strokeWidth="1.6" />
        <path d="M16 7.5 19 16l-3 8.5L13 16Z" fill="#fff" fillOpacity=".35" />
        <path d="M16 7.5 19 16h-6Z" fill="#f2b950" />
      </svg>
      <Text fw={650} fz={15} lts="-0.01em">
        Binnacle
      </Text>
    </Group>
  );
}
