namespace Mandate.Protocol.Grpc.Listening;

/// <summary>Why a call was cancelled.</summary>
internal enum CallEnd
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The caller reset the stream or the connection was lost: nobody waits.</summary>
    CallerGone,

    /// <summary>The listener stops.</summary>
    Stopping,

    /// <summary>The caller's deadline passed.</summary>
    DeadlinePassed,
}
