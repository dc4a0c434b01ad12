using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>
/// Sees to it that somebody holds every running job: compares those of the store with those that silos say they hold, and wakes the rest.
/// In memory alone; one grain, key "supervisor". It lives on the silos' words, which come every two seconds.
/// </summary>
[Alias("autoselect.ISupervisorGrain")]
public interface ISupervisorGrain : IGrainWithStringKey
{
    /// <summary>Key of the only instance.</summary>
    const string Key = "supervisor";

    /// <summary>Says which jobs a silo holds: all of them, each time. Counts until it says something else, or is gone.</summary>
    /// <returns>Running jobs of the store; null while it is not known yet who else holds any.</returns>
    [Alias("Holds")] Task<int?> Holds(SiloAddress silo, ImmutableArray<JobId> jobs);
}
