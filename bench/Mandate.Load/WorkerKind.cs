namespace Mandate.Load;

/// <summary>Whose worker and client run the workflows.</summary>
internal enum WorkerKind
{
    /// <summary>Mandate's.</summary>
    CSharp,

    /// <summary>The official TypeScript SDK's.</summary>
    TypeScript,
}
