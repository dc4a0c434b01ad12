namespace AutoSelect.Contracts;

/// <summary>Where a path leads once every link on its way is followed.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows.</summary>
    private const int MostLinks = 40;

    /// <param name="path">Absolute. Parts of it that are missing stand for themselves.</param>
    /// <exception cref="IOException">There are too many links, as where one leads to itself, or a part cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A part may not be read.</exception>
    public static string Of(string path)
    {
        var parts = new Stack<string>();
        Push(parts, path);
        var (real, links) = ("/", 0);
        while (parts.TryPop(out var part))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }
            var next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks) throw new IOException($"{path} leads through more than {MostLinks} links.");
            if (Path.IsPathRooted(target)) real = "/";
            Push(parts, target);
        }
        return real;
    }

    private static void Push(Stack<string> parts, string path)
    {
        foreach (var part in path.Split('/').Reverse()) parts.Push(part);
    }
}
