namespace AutoSelect.Checkpoints;

/// <summary>The rule of names below a place.</summary>
internal static class FileNames
{
    /// <exception cref="ArgumentException">The name leads elsewhere.</exception>
    public static string Checked(string name) =>
        name.Split('/').All(part => part is not ("" or "." or "..") && !part.Contains('\\', StringComparison.Ordinal)) ? name
            : throw new ArgumentException(
                $"'{name}': it must be names with single slashes between them, none of them . or ..", nameof(name));
}
