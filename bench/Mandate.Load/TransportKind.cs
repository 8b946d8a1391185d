namespace Mandate.Load;

/// <summary>How worker and client reach the engine.</summary>
internal enum TransportKind
{
    /// <summary>By method calls in one process.</summary>
    InProcess,

    /// <summary>Over gRPC; the engine is a process of its own.</summary>
    Grpc,
}
