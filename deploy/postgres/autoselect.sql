-- Run as a superuser: psql -v password="'…'" -f autoselect.sql. What docs/operations.md says of the database stands there.
create user autoselect password :password;
create database autoselect owner autoselect encoding 'UTF8' template template0;
-- Nobody else has business in it.
revoke all on database autoselect from public;
-- A transaction of AutoSelect takes milliseconds: one that was left behind holds the row of a job.
alter role autoselect set idle_in_transaction_session_timeout = '60s';
alter role autoselect set lock_timeout = '15s';
