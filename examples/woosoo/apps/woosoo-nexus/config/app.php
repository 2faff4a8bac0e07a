<?php

return [
    'name' => $env('APP_NAME', 'Woosoo'),
    'env' => $env('APP_ENV', 'production'),
    'debug' => $env('APP_DEBUG', 'false') === 'true',
    'key' => $env('APP_KEY'),
    'version' => '1.0.0',
];
