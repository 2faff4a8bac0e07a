<?php

return [
    'host' => $env('REVERB_HOST', '127.0.0.1'),
    'port' => (int) $env('REVERB_PORT'),
    'id' => $env('REVERB_APP_ID'),
    'secret' => $env('REVERB_APP_SECRET'),
];
