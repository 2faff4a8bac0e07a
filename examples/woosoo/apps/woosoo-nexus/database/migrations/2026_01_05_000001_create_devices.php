<?php

return [
    'CREATE TABLE devices (
        id INT AUTO_INCREMENT PRIMARY KEY,
        name VARCHAR(80) NOT NULL,
        place VARCHAR(80) NOT NULL
    )',
    "INSERT INTO devices (name, place) VALUES ('Tablet 1', 'Table 1'), ('Tablet 2', 'Table 2'), ('Printer', 'Kitchen')",
];
