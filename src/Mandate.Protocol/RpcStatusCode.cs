namespace Mandate.Protocol;

/// <summary>gRPC status codes, with the numbers of the gRPC specification.</summary>
public enum RpcStatusCode
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>The caller cancelled.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code. Official SDKs retry it: never used for an application error.</summary>
    Unknown = 2,

    /// <summary>The request is malformed whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first.</summary>
    DeadlineExceeded = 4,

    /// <summary>The named thing does not exist, or the token is stale.</summary>
    NotFound = 5,

    /// <summary>The thing to create exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit was hit; retry later.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in a state in which this is possible.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with another operation; retry.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The RPC is not offered.</summary>
    Unimplemented = 12,

    /// <summary>A broken invariant.</summary>
    Internal = 13,

    /// <summary>Not reachable now; retry.</summary>
    Unavailable = 14,

    /// <summary>Unrecoverable loss of data.</summary>
    DataLoss = 15,

    /// <summary>No valid credentials.</summary>
    Unauthenticated = 16,
}
