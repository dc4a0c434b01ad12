using AutoSelect.Client;

namespace AutoSelect.Host.Api;

/// <summary>The server that commands speak to, and the key that lets them in, which is never an argument: others could list it.</summary>
internal static class ServerLocation
{
    public const string Variable = "AUTOSELECT_SERVER";
    public const string KeyVariable = "AUTOSELECT_KEY";
    public const string KeyFileVariable = "AUTOSELECT_KEY_FILE";
    public const string KeyRule =
        $"the key is ${KeyVariable}, else the first line of the file ${KeyFileVariable}, else of $XDG_CONFIG_HOME/autoselect/key, "
        + "else of ~/.config/autoselect/key";

    /// <param name="option">The --server option.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <returns>Null where no server is named.</returns>
    /// <exception cref="ArgumentException">It is no address, or there is no key.</exception>
    public static ApiAddress? Resolve(string? option, Func<string, string?> environment)
    {
        var text = option ?? Given(environment, Variable);
        if (text is null) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var server))
            throw new ArgumentException($"The server is '{text}': it must be an address such as https://host:8443.");
        return new ApiAddress(server, Key(environment) ?? throw new ArgumentException($"There is no key for {server}: {KeyRule}."));
    }

    private static string? Key(Func<string, string?> environment)
    {
        if (Given(environment, KeyVariable) is { } key) return key.Trim();
        if (Given(environment, KeyFileVariable) is { } named) return KeyFile.Read(named);
        var folder = Given(environment, "XDG_CONFIG_HOME") ?? Path.Combine(Given(environment, "HOME") ?? ".", ".config");
        var usual = Path.Combine(folder, "autoselect", "key");
        return File.Exists(usual) ? KeyFile.Read(usual) : null;
    }

    private static string? Given(Func<string, string?> environment, string name) =>
        environment(name) is { Length: > 0 } value ? value : null;
}
