using System.IO.MemoryMappedFiles;

namespace AutoSelect.Communication;

/// <summary>
/// A rank's file in shared memory: a doorbell to wake the rank, and a ring of bytes from every other rank of the machine. The rank makes
/// it; the others map it and write into their ring; then the name is removed, so that nothing is left whichever way the processes end.
/// </summary>
internal sealed unsafe class SharedMemoryInbox : IDisposable
{
    private const int Line = 64;
    private const int RingHeader = 2 * Line;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private readonly int ringBytes;

    private SharedMemoryInbox(MemoryMappedFile file, int ringBytes)
    {
        (this.file, this.ringBytes) = (file, ringBytes);
        view = file.CreateViewAccessor();
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
    }

    /// <summary>Word that is counted up to wake the rank.</summary>
    public int* Doorbell => (int*)start;

    /// <summary>Not 0 while the rank sleeps on its doorbell.</summary>
    public int* Sleeping => (int*)(start + Line);

    public static string PathOf(GroupDescription group, int rank) =>
        $"{MachineIdentity.SharedMemoryFolder}/autoselect-{group.Token:N}-{group.Generation}-{rank}";

    /// <summary>Makes an inbox with rings for so many ranks of the machine.</summary>
    /// <exception cref="IOException">There is not enough shared memory.</exception>
    public static SharedMemoryInbox Create(string path, int rings, int ringBytes)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Shared memory between ranks needs Linux; let data go over TCP.");
        var length = RingHeader + (long)rings * (RingHeader + ringBytes);
        // Preallocated: writing to a page that a full /dev/shm does not have would kill the process.
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            PreallocationSize = length,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        stream.SetLength(length);
        return new(MemoryMappedFile.CreateFromFile(
            stream, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true), ringBytes);
    }

    /// <summary>Maps another rank's inbox.</summary>
    public static SharedMemoryInbox Open(string path, int ringBytes) =>
        new(MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.ReadWrite), ringBytes);

    /// <summary>The ring that the rank with this index on the machine writes into.</summary>
    public SharedMemoryRing Ring(int index)
    {
        var ring = start + RingHeader + (long)index * (RingHeader + ringBytes);
        return new((long*)ring, (long*)(ring + Line), ring + RingHeader, ringBytes);
    }

    /// <summary>Wakes the rank if it sleeps; called after publishing what it may wait for.</summary>
    public void WakeOwner()
    {
        // Orders the publication before the look at the flag; the sleeper orders them the other way round.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref *Sleeping) == 0) return;
        Interlocked.Increment(ref *Doorbell);
        Native.Wake(Doorbell);
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
