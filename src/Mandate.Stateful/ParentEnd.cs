namespace Mandate.Stateful;

/// <summary>What becomes of a child when its parent ends. Continuing as new is no end.</summary>
public enum ParentEnd
{
    /// <summary>The parent asks it to cancel as the last thing it does. A parent that is terminated from outside, or times out, does nothing last: then the child goes on.</summary>
    Cancel,

    /// <summary>It goes on.</summary>
    Abandon,

    /// <summary>The server terminates it. It also does so when the parent continues as new: Temporal holds each run for a parent of its own.</summary>
    Terminate,
}
