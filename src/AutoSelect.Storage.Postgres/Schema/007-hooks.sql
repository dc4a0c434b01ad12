-- Jobs of whose end somebody is still to be told.
alter table jobs add column awaits_hook boolean not null
    generated always as (coalesce((summary ->> 'awaitsHook')::boolean, false)) stored;
create index jobs_awaiting_hook on jobs (submitted, id) where awaits_hook;

-- What cannot be kept as a digest, since it is needed itself: what notices are signed with.
create table secrets (name text collate "C" primary key, value text not null);
