using System.Text.Json.Serialization;

namespace AutoSelect.Communication;

/// <summary>A collective operation of all ranks on a message of n bytes a rank.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Collective>))]
public enum Collective
{
    /// <summary>Every rank ends with the sum: a reduce-scatter, then an all-gather back through the levels.</summary>
    AllReduce,

    /// <summary>Every rank ends with 1/p of the sum.</summary>
    ReduceScatter,

    /// <summary>Every rank begins with 1/p of the n bytes and ends with all of them.</summary>
    AllGather,

    /// <summary>One rank's n bytes to all: scattered down the levels, then gathered.</summary>
    Broadcast,

    /// <summary>Every rank gives every other its n bytes in one step; all end with the sum. The hierarchy is of no meaning.</summary>
    DirectAllReduce,
}
