namespace AutoSelect.Communication;

/// <summary>Tells whether two processes share memory: the boot id of the kernel and the mount they see as <c>/dev/shm</c>.</summary>
internal static class MachineIdentity
{
    public const string SharedMemoryFolder = "/dev/shm";

    /// <summary>
    /// Two containers of one host have the boot id in common but not the mount, so both count. Empty where there is no shared memory.
    /// </summary>
    public static string Current { get; } = Read();

    private static string Read()
    {
        try
        {
            // Fields of mountinfo: mount id, parent id, major:minor of the file system, root, mount point.
            var mount = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' '))
                .LastOrDefault(f => f.Length > 4 && f[4] == SharedMemoryFolder);
            return mount is null ? "" : $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{mount[2]}";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
