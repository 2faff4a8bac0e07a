<?php

require_once __DIR__.'/../vendor/autoload.php';

return new Woosoo\Framework\Application(dirname(__DIR__));
