<?php

use App\Http\Devices;
use App\Http\Health;
use App\Http\Orders;

return [
    ['GET', '/api/health', Health::class.'@show'],
    ['GET', '/api/devices', Devices::class.'@index'],
    ['GET', '/api/orders', Orders::class.'@index'],
    ['POST', '/api/orders', Orders::class.'@store'],
];
