namespace AutoSelect.Communication;

/// <summary>A group could not be formed: a rank cannot be reached or belongs to another group or generation.</summary>
public sealed class GroupRefusedException : Exception
{
    internal GroupRefusedException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
