{#
    Names the slices that this run loads after the sources of their files. If a file is of another
    source than it was, the slice of the former source is loaded as `emptied`.
#}
{% macro name_slices() %}
    {% do run_query(
        "update temp.event_files set source = coalesce(source, only_source, "
        ~ literal((sources_from_files() or [""])[0]) ~ ")"
    ) %}
    {% do run_query("update temp.event_files set slice = concat(source, '/', name)") %}
    {% set named_slices %}
        select slices_to_load.* replace (coalesce(event_files.slice, slices_to_load.slice) as slice)
        from temp.slices_to_load as slices_to_load
        left join temp.event_files as event_files
            on slices_to_load.slice = event_files.listed_slice
        union all
        select
            known.slice,
            'emptied' as fingerprint,
            true as is_settled,
            known.slice in (select slice from temp.unfinished_slices) as is_unfinished,
            null as arrived_at
        from (
            select slice from temp.recorded_slices where fingerprint != 'emptied'
            union
            select slice from temp.unfinished_slices
        ) as known
        semi join temp.event_files as event_files
            on
                event_files.only_source is null
                and {{ name_of_slice("known.slice") }} = event_files.name
        where
            {{ source_of_slice("known.slice") }} in ({{ literals(sources_from_files() or [""]) }})
            and known.slice not in (select slice from temp.event_files)
    {% endset %}
    {% do create_temporary("slices_to_load", named_slices) %}
{% endmacro %}
