#!/usr/bin/env bash
git fetch origin $1
