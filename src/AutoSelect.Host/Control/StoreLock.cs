namespace AutoSelect.Host.Control;

/// <summary>One control process per store: the lock goes with the process, however it ends.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream file;

    /// <exception cref="EnvironmentFaultException">Another process has the store open, or its folder cannot be written.</exception>
    public StoreLock(ControlPaths paths)
    {
        try
        {
            Directory.CreateDirectory(paths.Root);
            file = new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EnvironmentFaultException(
                $"The store {paths.Root} cannot be written: it is read-only for this user. Give a writable folder with --store.", e);
        }
        catch (IOException e)
        {
            throw new EnvironmentFaultException(
                File.Exists(paths.Lock)
                    ? $"The store {paths.Root} is in use by another autoselect process. Wait for it, or give another folder with --store."
                    : $"The store {paths.Root} cannot be written: {e.Message} Give a writable folder with --store.", e);
        }
    }

    public void Dispose() => file.Dispose();
}
