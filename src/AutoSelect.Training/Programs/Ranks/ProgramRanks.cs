using System.Buffers.Binary;
using System.Text;
using AutoSelect.Communication;

namespace AutoSelect.Training.Programs.Ranks;

/// <summary>The devices that run a segment's program together, each as one rank. What the programs send each other is their own.</summary>
/// <param name="group">The devices' group; stays the caller's to dispose.</param>
/// <param name="host">Name or address by which the others reach this machine.</param>
public sealed class ProgramRanks(ProcessGroup group, string host)
{
    private const int LongestHost = 255;

    internal ProcessGroup Group { get; } = group;

    internal int Rank => Group.Rank;

    internal int Size => Group.Size;

    /// <summary>True for rank 0, whose program reports, saves and is the answer.</summary>
    internal bool Leads => Group.Rank == 0;

    /// <summary>Tells all where the first rank's program will listen; called by all ranks.</summary>
    /// <param name="port">The first rank's choice; others give 0.</param>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    internal RankSetting Meet(int port)
    {
        Span<byte> told = stackalloc byte[2 * sizeof(int) + LongestHost];
        told.Clear();
        if (Leads)
        {
            BinaryPrimitives.WriteInt32LittleEndian(told, port);
            BinaryPrimitives.WriteInt32LittleEndian(told[sizeof(int)..], Encoding.UTF8.GetBytes(host, told[(2 * sizeof(int))..]));
        }
        Group.Broadcast(told, root: 0);
        var length = BinaryPrimitives.ReadInt32LittleEndian(told[sizeof(int)..]);
        var leader = Encoding.UTF8.GetString(told.Slice(2 * sizeof(int), length));
        return new RankSetting(Group.Rank, Group.Size, leader, BinaryPrimitives.ReadInt32LittleEndian(told));
    }

    /// <summary>Breaks the group off: the others see that this rank is lost.</summary>
    internal void Abort() => Group.Abort();
}
