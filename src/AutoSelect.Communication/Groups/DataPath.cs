namespace AutoSelect.Communication;

/// <summary>What carries the data between two ranks.</summary>
public enum DataPath
{
    /// <summary>Shared memory between ranks of one machine, TCP between others.</summary>
    Automatic,

    /// <summary>TCP between all ranks.</summary>
    Tcp,

    /// <summary>Shared memory between all ranks; joining fails when one is on another machine.</summary>
    SharedMemory,
}
