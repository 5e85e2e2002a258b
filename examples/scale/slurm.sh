#!/bin/bash
# Eight shares of one comparison as a job array: sbatch examples/scale/slurm.sh
# A share that was killed goes on when it is submitted again: sbatch --array=3 examples/scale/slurm.sh
#SBATCH --job-name=compare
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --requeue

SHARED=${SHARED:-/shared} # a file system that all nodes mount

rootstock compare "$SHARED/photos" --recipes svm,lda,softmax,bayes --threads 4 \
  --out "$SHARED/runs" --cache "$SHARED/cache" \
  --shard-index "$SLURM_ARRAY_TASK_ID" --shard-count 8
