namespace AutoSelect.Host.Commands;

/// <summary>Where jobs are kept.</summary>
internal static class StoreLocation
{
    public const string Rule = "default $AUTOSELECT_STORE, else $XDG_DATA_HOME/autoselect, else ~/.local/share/autoselect";

    /// <param name="option">The --store option.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <returns>An absolute path.</returns>
    public static string Resolve(string? option, Func<string, string?> environment)
    {
        string? Given(string name) => environment(name) is { Length: > 0 } value ? value : null;
        return Path.GetFullPath(option ?? Given("AUTOSELECT_STORE")
            ?? Path.Combine(Given("XDG_DATA_HOME") ?? Path.Combine(Given("HOME") ?? ".", ".local", "share"), "autoselect"));
    }
}
