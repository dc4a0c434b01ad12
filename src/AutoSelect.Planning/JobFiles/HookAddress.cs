namespace AutoSelect.Planning.JobFiles;

/// <summary>Addresses that are told of a job's end.</summary>
public static class HookAddress
{
    public const string Rule =
        "it must be an http or https address of at most 2000 characters, without a user's name and without a fragment, such as "
        + "https://hooks.example/jobs";

    private const int Longest = 2000;

    public static bool IsValid(string text) => text.Length <= Longest && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https" && address is { UserInfo.Length: 0, Fragment.Length: 0, Host.Length: > 0 };

    internal static string? Read(YamlValue? value)
    {
        if (value?.Text() is not { } text) return null;
        if (IsValid(text)) return text;
        value.Refuse(Rule);
        return null;
    }
}
