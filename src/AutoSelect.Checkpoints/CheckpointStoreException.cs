namespace AutoSelect.Checkpoints;

/// <summary>What is wrong with a store or a file in it.</summary>
public enum CheckpointStoreFault
{
    /// <summary>It does not answer, or says that it cannot now.</summary>
    Unreachable,

    /// <summary>There is no such bucket, or no such folder.</summary>
    NoPlace,

    /// <summary>It asks for credentials, or those there are do not allow it.</summary>
    Denied,

    /// <summary>It has no space left, or takes nothing as large.</summary>
    Full,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>The file is not what was written.</summary>
    Corrupt,
}

/// <summary>A fault of a store. The message names the place and what to do, never a credential.</summary>
public sealed class CheckpointStoreException(CheckpointStoreFault fault, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public CheckpointStoreFault Fault => fault;

    /// <summary>True where the file is lost, however long one waits.</summary>
    public bool IsFinal => fault is CheckpointStoreFault.Missing or CheckpointStoreFault.Corrupt;
}
