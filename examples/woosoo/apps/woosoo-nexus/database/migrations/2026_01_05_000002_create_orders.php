<?php

return [
    "CREATE TABLE orders (
        id INT AUTO_INCREMENT PRIMARY KEY,
        device_id INT NOT NULL,
        lines_json TEXT NOT NULL,
        total_cents INT NOT NULL,
        state VARCHAR(20) NOT NULL DEFAULT 'new',
        CONSTRAINT orders_device FOREIGN KEY (device_id) REFERENCES devices (id)
    )",
];
