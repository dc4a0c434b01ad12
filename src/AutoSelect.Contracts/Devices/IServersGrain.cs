using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>
/// Where the silos of a cluster have their HTTP APIs, as each says again and again. In memory alone; one grain, key "servers".
/// </summary>
[Alias("autoselect.IServersGrain")]
public interface IServersGrain : IGrainWithStringKey
{
    /// <summary>Key of the only instance.</summary>
    const string Key = "servers";

    /// <summary>How often a silo says it.</summary>
    static TimeSpan Every { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Says that a silo's API is at an address.</summary>
    /// <returns>Those that have said so lately, in order of text.</returns>
    [Alias("Announce")] Task<ImmutableArray<Uri>> Announce(Uri server);
}
