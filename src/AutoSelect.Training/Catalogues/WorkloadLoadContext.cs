using System.Reflection;
using System.Runtime.Loader;

namespace AutoSelect.Training.Catalogues;

/// <summary>
/// Loads a user's assembly. What the host process has (AutoSelect.Training, TorchSharp, Orleans) is the host's, or types would not
/// match and libtorch would be loaded twice; everything else comes from the assembly's own folder.
/// </summary>
internal sealed class WorkloadLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private readonly AssemblyDependencyResolver resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        try
        {
            return Default.LoadFromAssemblyName(assemblyName);
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException)
        {
            return resolver.ResolveAssemblyToPath(assemblyName) is { } own ? LoadFromAssemblyPath(own) : null;
        }
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } own ? LoadUnmanagedDllFromPath(own) : 0;
}
