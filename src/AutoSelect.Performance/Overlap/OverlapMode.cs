namespace AutoSelect.Performance;

/// <summary>What communication may run beside.</summary>
public enum OverlapMode
{
    /// <summary>Nothing: backward, then communication, then update.</summary>
    None,

    /// <summary>The backward pass: a bucket starts as soon as its gradients are complete. All updates follow the last bucket.</summary>
    Backward,

    /// <summary>Also the next forward pass: layer l is updated and run as soon as its bucket has arrived.</summary>
    BackwardAndForward,
}

/// <summary>Which of the waiting buckets the channel takes; it never leaves one half sent.</summary>
public enum TransferOrder
{
    /// <summary>The one that was complete first.</summary>
    Readiness,

    /// <summary>The one with the lowest layer, which the next forward pass needs first.</summary>
    LowestLayer,
}
