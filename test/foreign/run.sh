#!/usr/bin/env bash
# Runs clients that others wrote, unchanged, against the local cloud. They are 170 MB, so that they have a folder
# of their own and only this script installs them.
set -eu
cd "$(dirname "$0")/../.."
npm ci --prefix test/foreign --ignore-scripts --no-audit --no-fund
npx tsx test/foreign/run.ts
