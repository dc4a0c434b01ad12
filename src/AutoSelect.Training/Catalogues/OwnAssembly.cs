using System.Reflection;
using System.Runtime.Loader;

namespace AutoSelect.Training.Catalogues;

/// <summary>
/// Loads a user's assembly, and looks at what it was built with: what does not fit would otherwise come up in mid-training, as a type or a
/// method that is not there.
/// </summary>
internal static class OwnAssembly
{
    // What of AutoSelect an assembly may refer to; all of one version.
    private static readonly string[] Packages =
        ["AutoSelect.Communication", "AutoSelect.Contracts", "AutoSelect.Strategies", "AutoSelect.Training"];

    /// <exception cref="ArgumentException">It was built for another AutoSelect or .NET, or lacks a library; the message names the rule.
    /// </exception>
    public static Assembly Load(string path)
    {
        var context = new WorkloadLoadContext(path);
        var assembly = context.LoadFromAssemblyPath(path);
        foreach (var needed in assembly.GetReferencedAssemblies())
            if (Broken(needed, context) is { } broken) throw new ArgumentException($"Workload assembly '{path}' {broken}");
        return assembly;
    }

    /// <summary>True where what was built against a version runs with another: its own or a later one, in which nothing was taken away.
    /// Before 1.0 that is the same minor version, from then on the same major version.</summary>
    internal static bool Fits(Version built, Version running) =>
        built.Major == running.Major && (running.Major > 0 || built.Minor == running.Minor) && built <= running;

    private static string? Broken(AssemblyName needed, AssemblyLoadContext context)
    {
        var (running, version) = (typeof(OwnAssembly).Assembly.GetName().Version!, needed.Version ?? new Version());
        if (Packages.Contains(needed.Name) && !Fits(version, running))
            return $"was built against {needed.Name} {version.ToString(3)}, and this is AutoSelect {running.ToString(3)}: take the package "
                + "of that version and build it again.";
        if (needed.Name == "System.Runtime" && version.Major > Environment.Version.Major)
            return $"was built for .NET {version.Major}, and this runs on .NET {Environment.Version.Major}: set TargetFramework to "
                + $"net{Environment.Version.Major}.0 and build it again.";
        try
        {
            context.LoadFromAssemblyName(needed);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return $"needs {needed.Name} {version}, which is not beside it and no part of AutoSelect, or there in an older version: set "
                + $"EnableDynamicLoading in its project, so that its packages are copied along, and build it again. ({e.Message})";
        }
    }
}
