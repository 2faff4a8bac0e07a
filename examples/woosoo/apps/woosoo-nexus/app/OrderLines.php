<?php

namespace App;

final class OrderLines
{
    /** @param array<string, mixed> $input */
    public static function problem(array $input): ?string
    {
        if (! is_int($input['device'] ?? null)) {
            return 'device must be the id of a device.';
        }
        if (! is_array($input['lines'] ?? null) || $input['lines'] === []) {
            return 'lines must name at least one dish.';
        }
        foreach ($input['lines'] as $line) {
            $fits = is_string($line['dish'] ?? null) && is_int($line['cents'] ?? null) && is_int($line['count'] ?? null);
            if (! $fits || $line['cents'] < 0 || $line['count'] < 1) {
                return 'Each line needs dish, cents and count.';
            }
        }

        return null;
    }

    /** @param list<array{cents: int, count: int}> $lines */
    public static function totalCents(array $lines): int
    {
        return array_sum(array_map(static fn (array $line): int => $line['cents'] * $line['count'], $lines));
    }
}
