#!/bin/sh
# nginx cannot take its port from the environment, and each instance has one of its own while two releases stand beside each other.
set -eu
PATH=$PATH:/usr/sbin
mkdir -p run
sed "s/{port}/$PORT/g" nginx.conf > "run/nginx.$PORT.conf"
exec nginx -p "$PWD" -c "run/nginx.$PORT.conf" -g 'daemon off;'
