<?php

namespace Woosoo\Framework;

/** Reads the .env of the release. */
final class Environment
{
    /** @return array<string, string> */
    public static function read(string $path): array
    {
        $values = [];
        foreach (is_file($path) ? file($path, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) : [] as $line) {
            if (preg_match('/^\s*([A-Z][A-Z0-9_]*)=(.*)$/', $line, $found) !== 1) {
                continue;
            }
            $text = trim($found[2]);
            $values[$found[1]] = preg_match('/^"(.*)"$/s', $text, $quoted) === 1 ? stripcslashes($quoted[1]) : $text;
        }

        return $values;
    }
}
